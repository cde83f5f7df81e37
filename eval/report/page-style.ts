/** Style of the report: follows the reader's light or dark setting. */
export const PAGE_STYLE = `
:root { --paper: #fff; --ink: #1c2126; --dim: #68717b; --line: #dfe3e8; --panel: #f6f7f9; --one: #1f6feb; --two: #b4550d; --good: #1a7f37; --bad: #c0262d; --tag: #fff1d6; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e4e7ea; --dim: #98a2ad; --line: #30363d; --panel: #1c2024; --one: #6ea8fe; --two: #f0a35e; --good: #5dc978; --bad: #ff7b80; --tag: #3d3119; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 1200px; margin: 0 auto; padding: 16px 24px; }
h1 { font-size: 24px; margin: 8px 0 0; } h2 { font-size: 18px; margin: 28px 0 8px; } h3 { font-size: 15px; margin: 12px 0 4px; } h4 { font-size: 13px; margin: 8px 0 4px; color: var(--dim); text-transform: uppercase; letter-spacing: .04em; }
header { padding-bottom: 0; } main { padding-top: 0; }
header p, .dim, small { color: var(--dim); } small { display: block; }
table { border-collapse: collapse; } th, td { padding: 4px 10px; text-align: left; border-bottom: 1px solid var(--line); font-weight: normal; } thead th { color: var(--dim); font-size: 13px; vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .scroll { overflow-x: auto; }
.bar { position: relative; display: block; width: 220px; height: 12px; background: var(--panel); border: 1px solid var(--line); } .bar i { position: absolute; inset: 0 auto 0 0; background: var(--one); opacity: .55; } .bar b { position: absolute; top: 4px; height: 2px; background: var(--ink); }
.scroll th[scope="row"] { min-width: 230px; } .shade small { white-space: normal; min-width: 84px; }
.shade { background: color-mix(in srgb, var(--good) calc(var(--share, 0%) * .22), transparent); }
.plots { display: flex; flex-wrap: wrap; gap: 24px; margin-top: 20px; } figure { margin: 0; flex: 1 1 400px; } figcaption { color: var(--dim); font-size: 13px; } svg { width: 100%; max-width: 560px; } svg text { fill: var(--dim); font-size: 11px; }
.good { color: var(--good); } .bad { color: var(--bad); } .tag { background: var(--tag); border-radius: 4px; padding: 0 6px; font-size: 12px; white-space: nowrap; }
.note { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 6px 12px; margin: 6px 0; }
#filters { display: flex; flex-wrap: wrap; gap: 14px; align-items: end; margin: 8px 0 14px; } #filters label { font-size: 13px; color: var(--dim); } select, input { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 3px 6px; } output { color: var(--dim); }
.case { border: 1px solid var(--line); border-radius: 6px; margin: 6px 0; padding: 6px 12px; } .case > summary { cursor: pointer; } .case[hidden] { display: none; }
article { border-top: 1px solid var(--line); margin-top: 10px; padding-top: 2px; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 4px 24px; } .columns > div { min-width: 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 8px; margin: 4px 0; font: 13px/1.45 ui-monospace, monospace; } code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
ul, ol { margin: 4px 0; padding-left: 22px; } li.gold::marker { color: var(--good); font-weight: bold; } li.gold > details > summary { color: var(--good); } q { color: var(--dim); }
`;
