(() => {
  "use strict";
  const $ = (s, from = document) => from.querySelector(s);
  const all = (s, from = document) => [...from.querySelectorAll(s)];

  // Evidence drawer: shows copies of what stands in the index of evidence, so that nothing is held twice.
  const drawer = $("#drawer"), body = $("#drawer-body");
  const copyCase = (id, quotes) => {
    const found = document.getElementById("c" + id);
    if (!found) return null;
    const copy = found.cloneNode(true);
    copy.removeAttribute("id");
    all("li[id]", copy).forEach(li => {
      if (quotes && !quotes.has(li.id)) li.remove();
      li.removeAttribute("id");
      li.classList.remove("uncited");
    });
    return copy;
  };
  const show = link => {
    const wanted = new Set((link.dataset.e || "").split(" ").filter(Boolean).map(n => "e" + n));
    const ids = new Set((link.dataset.c || "").split(" ").filter(Boolean));
    wanted.forEach(q => {
      const li = document.getElementById(q);
      const home = li && li.closest(".evcase");
      if (home) ids.add(home.id.slice(1));
    });
    const told = wanted.size ? [...ids].filter(id => [...wanted].some(q => document.querySelector(`#c${id} #${q}`))) : [...ids].slice(0, 8);
    const copies = told.map(id => copyCase(id, wanted.size ? wanted : null)).filter(Boolean);
    const rest = [...ids].filter(id => !told.includes(id)).map(id => document.getElementById("c" + id)).filter(Boolean);
    if (rest.length) {
      const list = document.createElement("p"), title = document.createElement("h3");
      title.textContent = drawer.dataset.rest;
      rest.forEach(found => {
        const a = document.createElement("a");
        a.href = "#" + found.id;
        a.className = "case";
        a.dataset.c = found.id.slice(1);
        a.textContent = $("h3", found).textContent;
        list.append(a, " ");
      });
      copies.push(title, list);
    }
    if (!copies.length) return false;
    body.replaceChildren(...copies);
    if (drawer.open) drawer.close();
    drawer.showModal();
    body.scrollTop = 0;
    return true;
  };
  document.addEventListener("click", event => {
    const link = event.target.closest("a.ev[data-c], a.case[data-c]");
    if (link && drawer && drawer.showModal && !event.ctrlKey && !event.metaKey && show(link)) event.preventDefault();
    if (event.target === drawer) drawer.close();
  });
  const close = $("#drawer-close");
  if (close) close.addEventListener("click", () => drawer.close());

  // Case table: filters and sorting.
  const table = $("#cases-all");
  if (table) {
    const rows = all("tbody tr", table).map(tr => ({tr, facets: JSON.parse(tr.dataset.f), sort: JSON.parse(tr.dataset.s), text: tr.textContent.toLowerCase()}));
    const text = $("#f-text"), selects = all("#filters select"), count = $("#f-count");
    const filter = () => {
      const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach(row => {
        const fits = selects.every(s => !s.value || row.facets[+s.dataset.facet] === s.value) && words.every(x => row.text.includes(x));
        row.tr.hidden = !fits;
        shown += fits;
      });
      count.textContent = count.dataset.say.replace("{shown}", shown).replace("{all}", rows.length);
    };
    const form = $("#filters");
    form.addEventListener("input", filter);
    form.addEventListener("submit", event => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    const order = new Intl.Collator(document.documentElement.lang, {numeric: true});
    all("th", table).forEach((th, i) => $("button", th).addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") === "ascending";
      all("th", table).forEach(x => x.setAttribute("aria-sort", "none"));
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort((a, b) => (down ? -1 : 1) * order.compare(a.sort[i], b.sort[i]));
      $("tbody", table).append(...rows.map(r => r.tr));
    }));
  }

  // Contents: open beside the text, closed above it; the current part is marked.
  const toc = $(".toc details");
  if (toc && matchMedia("(max-width:64rem)").matches) toc.open = false;
  const links = new Map(all(".toc a").map(a => [a.hash.slice(1), a]));
  if ("IntersectionObserver" in window) {
    const seen = new IntersectionObserver(entries => entries.forEach(e => {
      if (!e.isIntersecting) return;
      links.forEach(a => a.removeAttribute("aria-current"));
      links.get(e.target.id)?.setAttribute("aria-current", "true");
    }), {rootMargin: "0px 0px -75% 0px"});
    links.forEach((_, id) => { const h = document.getElementById(id); if (h) seen.observe(h); });
  }
})();
