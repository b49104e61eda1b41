import type { MeasureUnit } from '../model/baseline.ts';
import { groupedDigits } from './grouped-digits.ts';

const three = (value: number): string => String(Number(value.toPrecision(3)));

/** `5.2 ms`, `75 s`, `99.5 %`, `1,024`. */
export function quantityWords(value: number, unit: MeasureUnit): string {
  switch (unit) {
    case 'ms':
      return Math.abs(value) < 1000 ? `${three(value)} ms` : `${three(value / 1000)} s`;
    case '%':
      return `${value > 99 && value < 100 ? String(Math.floor(value * 100) / 100) : three(value)} %`;
    case 'count':
      return groupedDigits(value);
  }
}
