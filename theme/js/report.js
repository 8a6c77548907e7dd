/* 信用信息查询报告：打印主体页时，在纸上写编号、生成时间、发布版本和网址的二维码；把网址给别人。 */
(() => {
  const { element } = window.sitePage;
  const report = document.querySelector(".report");
  const { url } = report.dataset;
  let release = null;

  const chinese = (day) => day.replace(/^(\d+)-0?(\d+)-0?(\d+)/, "$1年$2月$3日");

  /* Paper has the code as dark squares of one path, with the white edge that readers of codes need. */
  function drawn() {
    const code = window.drawnAsQR(url);
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    const path = picture.appendChild(document.createElementNS(space, "path"));
    let squares = "";
    for (let y = 0; y < code.size; y++) for (let x = 0; x < code.size; x++) if (code.get(x, y)) squares += `M${x} ${y}h1v1h-1z`;
    path.setAttribute("d", squares);
    const box = { viewBox: `-4 -4 ${code.size + 8} ${code.size + 8}`, role: "img", "aria-label": "本页网址的二维码", class: "report-code", "shape-rendering": "crispEdges" };
    for (const name of Object.keys(box)) picture.setAttribute(name, box[name]);
    return picture;
  }

  /* The number is the same for the same entity in the same release; a copy on a disk knows no release and says when instead. */
  function write() {
    const now = new Date(Date.now() + 8 * 3600e3).toISOString();
    const whose = url.split("/").pop().replace(".html", "").slice(0, 18).toUpperCase();
    const which = release ? [release.as_of.replaceAll("-", ""), release.release.slice(0, 8)] : [now.slice(0, 16).replace(/\D/g, "")];
    const said = [
      ["报告编号", [whose, ...which].join("-").toUpperCase()],
      ["生成时间", `${chinese(now.slice(0, 10))} ${now.slice(11, 16)}（北京时间）`],
      ["发布版本", release ? `${release.release}（数据截至 ${chinese(release.as_of)}）` : "离线副本，请以网址上的页面为准"],
    ];
    const list = element("dl", "facts");
    for (const [title, text] of said) list.append(element("div", "long", element("dt", "", title), element("dd", "", text)));
    report.querySelector(".report-facts").replaceChildren(list, drawn());
  }

  const known = location.protocol === "file:" ? Promise.resolve()
    : fetch(document.documentElement.dataset.root + "release.json", { cache: "no-store" }).then((reply) => reply.json()).then((told) => { release = told; }).catch(() => {});
  addEventListener("beforeprint", write);

  async function share(button) {
    try {
      if (navigator.share) await navigator.share({ title: document.title, url });
      else {
        await navigator.clipboard.writeText(url);
        button.lastChild.textContent = "网址已复制";
      }
    } catch (error) {
      if (error.name !== "AbortError") button.lastChild.textContent = url; // to be copied by hand
    }
  }

  window.siteReport = { share, print: () => known.then(() => print()) };
})();
