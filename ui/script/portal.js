// What a document cannot do by itself: menus that close when one goes elsewhere.
const menus = () => document.querySelectorAll('details.menu[open]');

document.addEventListener('click', (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

// A page that stayed open over the end of its session asks again for what it shows: the portal then leads to the sign-in.
document.addEventListener('htmx:responseError', (event) => {
  if (event.detail.xhr.status === 401) window.location.reload();
});

// A link to give away: whole, as this browser reaches the server, which may not know its own address.
for (const link of document.querySelectorAll('[data-link]')) {
  if (!link.textContent.startsWith('/')) continue;
  link.textContent = window.location.origin + link.textContent;
  link.parentElement.querySelector('[data-by-hand]')?.remove();
}
