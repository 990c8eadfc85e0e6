// The look of the page and its pictures. Every pair of colours has a contrast of at least 4.5 (WCAG AA), in both schemes.
#pragma once

#include <string_view>

namespace rollbook {

inline constexpr std::string_view html_style = R"css(
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #dde1e7; --text: #1f2733; --quiet: #566072; --link: #1d5fae; --code: #eef1f5;
  --ok: #17663a; --ok-soft: #e8f5ee; --error: #b42318; --error-soft: #fdeeec; --warning: #855200; --warning-soft: #fdf4e1;
  --waiting: #6a3fc0; --waiting-soft: #f3eefc; --note: #1d5fae; --note-soft: #e9f2fc; }
@media (prefers-color-scheme: dark) { :root {
  --page: #12161c; --card: #1a2029; --line: #333c4a; --text: #e4e8ee; --quiet: #a3adbd; --link: #8fc1ff; --code: #27303c;
  --ok: #7fd8a3; --ok-soft: #16291f; --error: #ff9c92; --error-soft: #331b1b; --warning: #f3c46d; --warning-soft: #2e2615;
  --waiting: #c8b3ff; --waiting-soft: #261f3a; --note: #8fc1ff; --note-soft: #182739; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
a { color: var(--link); }
a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
summary:focus-visible { outline: 3px solid var(--link); outline-offset: -3px; }
code { font: .875em ui-monospace, "SFMono-Regular", Consolas, monospace; background: var(--code); border-radius: .25rem; padding: .1em .3em;
  white-space: pre-wrap; }
.quiet { color: var(--quiet); }
.icon { width: 1.125em; height: 1.125em; flex: none; vertical-align: -.2em; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round; }
.refused, .error, .invalid { --tone: var(--error); --soft: var(--error-soft); }
.warning, .warnings { --tone: var(--warning); --soft: var(--warning-soft); }
.waiting { --tone: var(--waiting); --soft: var(--waiting-soft); }
.note { --tone: var(--note); --soft: var(--note-soft); }
.valid { --tone: var(--ok); --soft: var(--ok-soft); }
.verdict { margin: 1.25rem 0; padding: 1rem 1.25rem; border: 1px solid var(--tone); border-left-width: .375rem; border-radius: .5rem;
  background: var(--soft); }
.verdict p { margin: .25rem 0 0; }
.verdict .word { margin: 0; font-size: 1.25rem; font-weight: 650; color: var(--tone); }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1.25rem 0; }
.counts div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .625rem .875rem; }
.counts dt { color: var(--quiet); font-size: .875rem; }
.counts dd { margin: 0; font-size: 1.375rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.counts .some dt, .counts .some dd { color: var(--tone); }
.card, details { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.card { padding: .25rem 1.25rem; }
.card li { margin: .375rem 0; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
caption { text-align: left; padding: .625rem 1rem; color: var(--quiet); font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .4375rem 1rem; border-top: 1px solid var(--line); }
thead th { font-size: .8125rem; color: var(--quiet); font-weight: 600; }
tbody th { font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
details { margin: .625rem 0; border-left: .25rem solid var(--tone); overflow: hidden; }
summary { cursor: pointer; padding: .75rem 1rem; display: flex; flex-wrap: wrap; gap: .125rem .625rem; align-items: baseline; }
summary::before { content: "▸"; color: var(--quiet); }
details[open] > summary::before { content: "▾"; }
summary::-webkit-details-marker { display: none; }
summary h3 { font-size: 1rem; margin: 0; font-weight: 600; flex: 1 1 14rem; }
.tag { color: var(--tone); font-weight: 600; white-space: nowrap; }
.advice { display: grid; grid-template-columns: auto 1fr; gap: .25rem .75rem; margin: 0; padding: 0 1rem .75rem; }
.advice dt { color: var(--quiet); }
.advice dd { margin: 0; }
.findings .where { width: 16rem; }
.findings .field { width: 14rem; }
footer { margin-top: 2rem; color: var(--quiet); font-size: .875rem; }
@media (max-width: 44rem) {
  .findings, .findings tbody, .findings tr, .findings th, .findings td, .findings caption { display: block; width: auto; }
  .findings tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  .findings th, .findings td { border: 0; padding: .125rem 1rem; }
  .findings td:empty { display: none; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .files, .files tbody, .files tr, .files tbody th, .files caption { display: block; width: auto; }
  .files tr { border-top: 1px solid var(--line); padding: .4375rem 1rem; }
  .files th, .files td { border: 0; padding: 0; }
  .files td { display: inline-block; margin-right: .875rem; font-size: .875rem; }
  .files td::before { content: attr(data-label) " "; color: var(--quiet); }
  .card { padding: .25rem .75rem; }
  .card ol, .card ul { padding-left: 1.5rem; }
}
@media print { body { background: none; } details, tr { break-inside: avoid; } }
)css";

// Drawn once, used by name: the shape tells the severity to those who do not see the colour.
inline constexpr std::string_view html_icons = R"svg(<svg width="0" height="0" style="position:absolute" aria-hidden="true">
<symbol id="icon-refused" viewBox="0 0 24 24"><path d="M8 3h8l5 5v8l-5 5H8l-5-5V8z"/><path d="M8 12h8"/></symbol>
<symbol id="icon-error" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="m9 9 6 6m0-6-6 6"/></symbol>
<symbol id="icon-waiting" viewBox="0 0 24 24"><path d="M7 3h10M7 21h10M8 3c0 5 8 7 8 12v6M16 3c0 5-8 7-8 12v6"/></symbol>
<symbol id="icon-warning" viewBox="0 0 24 24"><path d="M12 3 2.5 20h19z"/><path d="M12 10v4m0 3v.01"/></symbol>
<symbol id="icon-note" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="M12 11v5m0-8v.01"/></symbol>
<symbol id="icon-valid" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="m8 12 3 3 5-6"/></symbol>
</svg>)svg";

}  // namespace rollbook
