// What the page around the text does: theme, drawers, menus, place in the contents.

const root = document.documentElement;
const all = (selector) => [...document.querySelectorAll(selector)];
const wide = matchMedia("(min-width: 60rem)");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

const keep = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A reader who forbids storage chooses anew on each page.
  }
};

// --- Light, dark, or as the system has it ---------------------------------------------------

const themeButton = document.querySelector(".theme-button");

function showTheme() {
  const { mode } = root.dataset;
  root.dataset.theme = mode === "auto" ? (prefersDark.matches ? "dark" : "light") : mode;
  themeButton.setAttribute("aria-label", `Colour theme: ${mode}`);
}

themeButton.addEventListener("click", () => {
  const modes = prefersDark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
  root.dataset.mode = modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length];
  keep("mode", root.dataset.mode);
  showTheme();
});
prefersDark.addEventListener("change", showTheme);
showTheme();

// --- The list of chapters: a column on wide screens, a drawer on narrow ones ------------------

const sidebar = document.querySelector(".sidebar");
const sidebarButton = document.querySelector(".sidebar-button");

function showSidebar() {
  const open = wide.matches ? root.dataset.sidebar !== "closed" : root.hasAttribute("data-drawer");
  sidebarButton.setAttribute("aria-expanded", String(open));
}

function setDrawer(open) {
  root.toggleAttribute("data-drawer", open);
  showSidebar();
  (open ? sidebar.querySelector("a") : sidebarButton).focus();
}

if (sidebar) {
  sidebarButton.addEventListener("click", () => {
    if (!wide.matches) {
      setDrawer(!root.hasAttribute("data-drawer"));
      return;
    }
    root.dataset.sidebar = root.dataset.sidebar === "closed" ? "open" : "closed";
    keep("sidebar", root.dataset.sidebar);
    showSidebar();
  });
  document.querySelector(".backdrop").addEventListener("click", () => setDrawer(false));
  wide.addEventListener("change", () => {
    root.removeAttribute("data-drawer");
    showSidebar();
  });
  showSidebar();
  const current = sidebar.querySelector("li.current > a");
  current?.setAttribute("aria-current", "page");
  if (current && current.offsetTop > sidebar.clientHeight) {
    sidebar.scrollTop = current.offsetTop - sidebar.clientHeight / 3;
  }
}

// --- Menus: one open at a time; Escape and a click elsewhere close -----------------------------

const openMenus = () => all("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (root.hasAttribute("data-drawer")) setDrawer(false);
  }
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
    const field = all(".search input, .search-form input").find((input) => input.offsetParent);
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  }
});

window.toggleFullScreen = () =>
  document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();

// --- Contents of the page: which section is being read -----------------------------------------

const contents = document.querySelector(".contents");

if (contents) {
  const button = contents.querySelector("button");
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
  });
  const links = [...contents.querySelectorAll("a")];
  const targets = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    const read = targets.findLastIndex((target) => target?.getBoundingClientRect().top < innerHeight / 3);
    links.forEach((link, i) => link.toggleAttribute("data-read", i === read));
  };
  addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
  mark();
}

addEventListener("scroll", () => root.toggleAttribute("data-scrolled", scrollY > innerHeight), { passive: true });

// --- Boxes that scroll can be reached and scrolled by keyboard ----------------------------------

const BOXES = "pre, .math-scroll, .pst-scrollable-table-container, .cell_output > .output, .tag_wide-figure .cell_output";
const NAMES = { PRE: "Code or output", DIV: "Table, formula or figure" };

function nameScrollers() {
  // All are measured before the first changes, or the page would be laid out anew for each.
  const overflows = (box) => box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
  for (const [box, scrolls] of all(BOXES).map((each) => [each, overflows(each)])) {
    if (scrolls) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", `${NAMES[box.tagName]}, scrolls`);
    } else if (box.tabIndex === 0) {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }
}

addEventListener("load", nameScrollers);
addEventListener("resize", nameScrollers);

// A closed solution stays closed on paper; everything else that folds is printed open.
addEventListener("beforeprint", () => {
  for (const fold of all("article details:not(.solution):not([open])")) fold.open = true;
});
