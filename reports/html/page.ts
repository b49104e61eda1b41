import { createHash } from 'node:crypto';
import { constantMarkup, html, type Html } from './html.ts';

export interface Page {
  readonly title: string;
  readonly css: string;
  readonly script: string;
  readonly body: Html;
}

/** Only the page's own script runs and nothing is fetched: text that slipped through every escape would still be inert. */
const policyFor = (script: string): string =>
  [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** One file that opens from disk, fetches nothing, and holds every word without scripts. */
export const htmlPage = ({ title, css, script, body }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${constantMarkup(policyFor(script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${constantMarkup(css)}</style>
</head>
<body id="top">
${body}
<script>${constantMarkup(script)}</script>
</body>
</html>
`.text;

export const pageCss = `
.layout { max-inline-size: 80rem; margin-inline: auto; padding-inline: clamp(1rem, 2.5vw, 2rem); }
.content { min-inline-size: 0; padding-block-end: 4rem; }
main { display: grid; gap: 1.75rem; padding-block-start: 1.5rem; grid-template-columns: minmax(0, 1fr); }
main > section > h2 { font-size: 1.0625rem; font-weight: 650; letter-spacing: -.008em; margin-block-end: .75rem; }
`;
