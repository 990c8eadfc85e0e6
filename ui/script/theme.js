// Before anything is painted: light or dark as the system has it, unless the person chose. Without script the pages are light.
const root = document.documentElement;
if (!root.hasAttribute('data-chosen-theme')) {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const follow = () => root.setAttribute('data-bs-theme', dark.matches ? 'dark' : 'light');
  follow();
  dark.addEventListener('change', follow);
}
