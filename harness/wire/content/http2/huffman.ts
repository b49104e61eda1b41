/** Lengths in bits of the codes of RFC 7541 appendix B, for the bytes 0 to 255 and EOS. The code is canonical: lengths determine it. */
const CODE_LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10,
  12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7,
  7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22,
  23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22,
  23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20,
  24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];
const EOS = 256;
const LONGEST_PADDING = 7;

/** Nodes of two branches each: the index of the next node, or the complement of a symbol. */
const TREE = buildTree();

function buildTree(): Int16Array {
  const tree = new Int16Array(2 * CODE_LENGTHS.length);
  const bySymbol = [...CODE_LENGTHS.entries()].sort(([a, lengthOfA], [b, lengthOfB]) => lengthOfA - lengthOfB || a - b);
  let nodes = 1;
  let code = 0;
  let codeLength = 0;
  for (const [symbol, length] of bySymbol) {
    code <<= length - codeLength;
    codeLength = length;
    let at = 0;
    for (let bit = length - 1; bit > 0; bit -= 1) {
      const branch = 2 * at + ((code >> bit) & 1);
      if (tree[branch] === 0) tree[branch] = nodes++;
      at = tree[branch] ?? 0;
    }
    tree[2 * at + (code & 1)] = ~symbol;
    code += 1;
  }
  return tree;
}

/** Decodes a string of RFC 7541 section 5.2 to latin1. Null: it holds EOS, or is not padded with up to 7 ones. */
export function decodeHuffman(bytes: Buffer): string | null {
  const text: number[] = [];
  let node = 0;
  let pending = 0;
  let isAllOnes = true;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const branch = (byte >> bit) & 1;
      const next = TREE[2 * node + branch] ?? 0;
      pending += 1;
      isAllOnes &&= branch === 1;
      if (next >= 0) node = next;
      else if (~next === EOS) return null;
      else {
        text.push(~next);
        node = 0;
        pending = 0;
        isAllOnes = true;
      }
    }
  }
  return pending <= LONGEST_PADDING && isAllOnes ? Buffer.from(text).toString('latin1') : null;
}
