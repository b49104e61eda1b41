import { visibleLine } from '../visible-text.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Untrusted text for GitHub Flavored Markdown, on one line: safe in paragraphs, lists, table cells and inside inline HTML
 * elements, where Markdown is still read. Names, numbers and addresses in it mention, refer and link to nothing: a
 * zero-width space, as a reference, follows the character that would.
 */
export const markdownText = (text: string): string =>
  visibleLine(text)
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '')
    .replace(/[\\`*_{}[\]|~$^]/g, String.raw`\$&`)
    .replace(/@|#(?=\d)|:(?=\/\/)|\bwww(?=\.)/gi, '$&&#8203;')
    .replace(/^\s*(\d*)([-+=#:!.)])/, String.raw`$1\$2`);

/** A fenced block around untrusted text, a line or several; the fence is longer than any run of backticks within, so nothing ends it early. */
export function fencedBlock(text: string | readonly string[], language: string): string {
  const lines = typeof text === 'string' ? [text] : text;
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${lines.map(visibleLine).join('\n')}\n${fence}`;
}
