import { visibleLines } from '../visible-text.ts';

/* A symbol, so that nothing that was read from JSON can pass for markup. */
const MARKUP: unique symbol = Symbol('markup');

/** Markup that was made by `html` or `constantMarkup`. */
export interface Html {
  readonly [MARKUP]: true;
  readonly text: string;
}

/** What a hole may hold: text is escaped, markup is kept, lists are joined, `null`, `undefined` and `false` are nothing. */
export type Hole = string | number | Html | null | undefined | false | readonly Hole[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

const markup = (text: string): Html => ({ [MARKUP]: true, text });

/** The only escaping of the HTML report: safe in text and in quoted attributes; what cannot be printed is made visible. */
const escapeHtml = (text: string): string => visibleLines(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');

function fill(hole: Hole): string {
  if (hole === null || hole === undefined || hole === false) return '';
  if (typeof hole === 'string') return escapeHtml(hole);
  /* Coordinates need no more digits than two. */
  if (typeof hole === 'number') return String(Math.round(hole * 100) / 100);
  return MARKUP in hole ? hole.text : hole.map(fill).join('');
}

/**
 * Template tag: every hole is escaped unless it is markup itself.
 * Throws for a hole after a bare `=`: an attribute without quotes could be ended by a space in the text.
 */
export function html(literals: TemplateStringsArray, ...holes: readonly Hole[]): Html {
  const parts = holes.map((hole, index) => {
    const before = literals[index] ?? '';
    if (/=\s*$/.test(before) && /<[^>]*$/.test(before)) throw new TypeError(`attribute value without quotes: ${before.slice(-40)}`);
    return `${before}${fill(hole)}`;
  });
  return markup(`${parts.join('')}${literals.at(-1) ?? ''}`);
}

/** Text of ours that is markup already: style sheets and the script. Never anything that came from a record. */
export const constantMarkup = (text: string): Html => markup(text);
