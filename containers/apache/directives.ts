import type { ConfigPlace } from '../../harness/model/surroundings.ts';

/** A directive of an Apache config, quotes taken off. A section has `children`. */
export interface Directive {
  /** In lower case. */
  readonly name: string;
  /** Name as written, then the arguments. */
  readonly words: readonly string[];
  readonly place: ConfigPlace;
  /** The first line of it as written, trimmed. */
  readonly text: string;
  readonly isWrapper: boolean;
  readonly children: readonly Directive[] | null;
}

/** A line of one file, not yet in its section. */
export interface RawDirective {
  readonly words: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly kind: 'directive' | 'open' | 'close';
}

const MAX_CHARACTERS = 1024 * 1024;
const MAX_TEXT = 300;

/**
 * The directives and section marks of one file, in order: a backslash at the end of a line goes on in the next, `#` begins a comment at the
 * start of a line only, both kinds of quotes. https://httpd.apache.org/docs/2.4/configuring.html#syntax. Never throws.
 */
export function readDirectives(text: string): readonly RawDirective[] {
  const lines = text.slice(0, MAX_CHARACTERS).split('\n');
  const found: RawDirective[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    const first = (lines[at] ?? '').replace(/\r$/, '');
    const parts = [first];
    while ((parts.at(-1) ?? '').endsWith('\\') && at + 1 < lines.length) {
      parts.push((parts.pop() ?? '').slice(0, -1), (lines[++at] ?? '').replace(/\r$/, ''));
    }
    const whole = parts.join('').trim();
    if (whole === '' || whole.startsWith('#')) continue;
    found.push({ ...classify(whole), line, column: first.search(/\S/) + 1, text: first.trim().slice(0, MAX_TEXT) });
  }
  return found;
}

function classify(whole: string): Pick<RawDirective, 'words' | 'kind'> {
  if (whole.startsWith('</'))
    return {
      kind: 'close',
      words: [
        whole
          .slice(2)
          .replace(/\s*>.*$/s, '')
          .trim(),
      ],
    };
  if (!whole.startsWith('<')) return { kind: 'directive', words: wordsOf(whole) };
  return { kind: 'open', words: wordsOf(whole.slice(1).replace(/>\s*$/, '')) };
}

/** `ap_getword_conf`: a quote only begins a quoted word at the word's start; a backslash in it takes a quote or a backslash. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [, double, single, bare] of line.matchAll(/"((?:[^"\\]|\\.)*)"?|'((?:[^'\\]|\\.)*)'?|(\S+)/gs))
    words.push((double ?? single)?.replace(/\\(["'\\])/g, '$1') ?? bare ?? '');
  return words;
}
