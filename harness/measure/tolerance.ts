/** A number with the room it has. */
export type Tolerance =
  | { readonly kind: 'exactly'; readonly value: number }
  | { readonly kind: 'within'; readonly value: number; readonly margin: number }
  | { readonly kind: 'at-least'; readonly value: number }
  | { readonly kind: 'at-most'; readonly value: number }
  | { readonly kind: 'over'; readonly value: number }
  | { readonly kind: 'under'; readonly value: number };

const KINDS = new Map<string, Exclude<Tolerance['kind'], 'within'>>([
  ['>=', 'at-least'],
  ['<=', 'at-most'],
  ['>', 'over'],
  ['<', 'under'],
]);
const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const PLAIN = new RegExp(`^(>=|<=|>|<)?\\s*(${NUMBER})$`);
const MARGIN = new RegExp(`^(${NUMBER})\\s*(?:±|\\+-|\\+/-)\\s*(\\d+(?:\\.\\d+)?)$`);

/** Reads `3`, `>=1`, `<=5`, `>0`, `<10`, `2000±400` (also `2000+-400`). Null: none of these. */
export function parseTolerance(text: string): Tolerance | null {
  const trimmed = text.trim();
  const [, middle, margin] = MARGIN.exec(trimmed) ?? [];
  if (middle !== undefined && margin !== undefined) return { kind: 'within', value: Number(middle), margin: Number(margin) };
  const [, sign, number] = PLAIN.exec(trimmed) ?? [];
  if (number === undefined) return null;
  return { kind: KINDS.get(sign ?? '') ?? 'exactly', value: Number(number) };
}

export function meets(tolerance: Tolerance, value: number): boolean {
  switch (tolerance.kind) {
    case 'exactly':
      return value === tolerance.value;
    case 'within':
      return Math.abs(value - tolerance.value) <= tolerance.margin;
    case 'at-least':
      return value >= tolerance.value;
    case 'at-most':
      return value <= tolerance.value;
    case 'over':
      return value > tolerance.value;
    case 'under':
      return value < tolerance.value;
  }
}
