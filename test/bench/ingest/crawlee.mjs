// Crawlee's CheerioCrawler over the same pages: fetches and parses, keeps nothing.
import { CheerioCrawler, Configuration, log, LogLevel } from "crawlee";

const origin = process.argv[2];
log.setLevel(LogLevel.ERROR);
const sitemap = await (await fetch(`${origin}/sitemap.xml`)).text();
const urls = [...sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => match[1]);
let pages = 0;
let characters = 0;
const crawler = new CheerioCrawler(
  {
    maxRequestRetries: 1,
    async requestHandler({ $ }) {
      pages += 1;
      characters += $("#content").text().length;
    },
  },
  new Configuration({ persistStorage: false, purgeOnStart: false }),
);
await crawler.run(urls);
console.log(JSON.stringify({ pages, characters }));
