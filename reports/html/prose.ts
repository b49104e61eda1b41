import { html, type Html } from './html.ts';

/** A sentence in which `text between backticks` is code, as authors of specs and configs write it; everything is escaped. */
export const prose = (text: string): Html =>
  html`${text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
