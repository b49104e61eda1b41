/** Code points, which is what a terminal cell is for the text that proxies write. */
export const widthOf = (text: string): number => [...text].length;

/** Cut to the width, with an ellipsis where something was left out, and padded to it. */
export function cell(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width
    ? `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
    : text.padEnd(text.length + width - characters.length);
}

/** Breaks at spaces, and within words that are longer than a line; lines after the first are indented. */
export function wrap(text: string, columns: number, indent = 0): readonly string[] {
  const room = Math.max(20, columns - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((it) => piecesOf(it, room))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((it, index) => (index === 0 ? it : `${' '.repeat(indent)}${it}`));
}

function piecesOf(word: string, room: number): readonly string[] {
  const characters = [...word];
  if (characters.length <= room) return [word];
  return Array.from({ length: Math.ceil(characters.length / room) }, (_, index) =>
    characters.slice(index * room, (index + 1) * room).join(''),
  );
}
