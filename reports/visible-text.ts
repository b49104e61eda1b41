import { formatCount } from './numbers.ts';

/*
 * Header bytes, log lines and config text come from the outside. What cannot be printed (controls, ANSI sequences, bidi
 * overrides, zero-width characters) is shown as an escape instead of being dropped: it may be the very evidence.
 */

/* Controls, format characters (bidi marks and overrides, zero width, tags), line separators, private use, noncharacters, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeOf = (character: string): string => {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
};

/** The text on one line, with everything that cannot be printed as `\n`, `\x1b` or `\u{202e}`. */
export const visibleLine = (text: string): string => text.replace(UNPRINTABLE, escapeOf);

/** As `visibleLine`, but tabs and line feeds stay (CR LF becomes a line feed). */
export const visibleLines = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(UNPRINTABLE, (character) => (character === '\n' || character === '\t' ? character : escapeOf(character)));

/** The first `limit` characters, and how many were left out: a 10 kB header must not bury the report. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\ud800-\udbff]$/.test(text.slice(0, limit)) ? limit - 1 : limit;
  return `${text.slice(0, end)}… (${formatCount(text.length - end)} more characters)`;
}
