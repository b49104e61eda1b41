/** Two-sided 99 % of the normal distribution. */
export const Z_99 = 2.576;

/** Two-sided 99 % of Student's distribution with 1 to 10 degrees of freedom. */
const T_99 = [63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169];

/** Two-sided 99 % quantile of Student's distribution; above 10 degrees of freedom by Fisher's expansion around the normal one (Abramowitz and Stegun 26.7.5). */
export function t99(degrees: number): number {
  const exact = T_99[degrees - 1];
  if (exact !== undefined) return exact;
  return Z_99 + (Z_99 ** 3 + Z_99) / (4 * degrees) + (5 * Z_99 ** 5 + 16 * Z_99 ** 3 + 3 * Z_99) / (96 * degrees ** 2);
}
