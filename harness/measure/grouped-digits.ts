/**
 * A whole number, rounded, with its thousands apart: `12,000`. What Intl.NumberFormat of en-US prints, but without the 12 ms that it takes to make one,
 * which every command would begin with.
 */
export function groupedDigits(value: number): string {
  const whole = Math.round(Math.abs(value));
  if (!(whole < 1e21)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + String(whole).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
