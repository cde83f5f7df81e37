// Fetches every page of a sitemap and does nothing with it: what the machine and the server cost.
import { Agent, request } from "undici";

const [origin, width] = [process.argv[2], Number(process.argv[3] ?? 4)];
const dispatcher = new Agent({ connections: width });
const sitemap = await (await fetch(`${origin}/sitemap.xml`)).text();
const urls = [...sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1]);
let bytes = 0;
await Promise.all(
  Array.from({ length: width }, async () => {
    for (let url = urls.pop(); url !== undefined; url = urls.pop()) {
      const { body } = await request(url, { dispatcher });
      bytes += (await body.arrayBuffer()).byteLength;
    }
  }),
);
console.log(JSON.stringify({ bytes }));
await dispatcher.close();
