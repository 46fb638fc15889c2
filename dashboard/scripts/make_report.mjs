// Makes report.html beside app.js, in dist/ or where PBT_DIST says: the template of `pbt report`: the page with its style and script inside, and a place for the data.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.PBT_DIST ?? new URL("../dist", import.meta.url).pathname;
const read = (name) => readFileSync(join(folder, name), "utf8");

// A script may hold "</script" or "<!--" in a string; inside an HTML page both would end or change the element.
const script = read("app.js").replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
const style = read("app.css");
if (/<\/style/i.test(style)) throw new Error("app.css holds </style, which cannot be put inside a page");

function replaceOnce(text, pattern, replacement) {
  if (text.match(new RegExp(pattern, "g"))?.length !== 1) throw new Error(`index.html: expected one ${pattern}`);
  return text.replace(pattern, () => replacement);
}

let page = read("index.html");
page = replaceOnce(page, /\s*<script[^>]*src="\.\/app\.js"[^>]*><\/script>/, "");
page = replaceOnce(page, /<link[^>]*href="\.\/app\.css"[^>]*>/, `<style>${style}</style>`);
page = replaceOnce(page, /<\/body>/, `<!--pbt-data-->\n<script type="module">${script}</script>\n</body>`);
writeFileSync(join(folder, "report.html"), page);
