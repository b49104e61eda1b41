import { Option } from 'commander';
import { HarnessError } from '../errors.ts';
import { suggestion } from '../spec/nearest.ts';

/** `--format html,junit`, which may be repeated. Of `names`; `otherwise` tells what happens without it. */
export const formatFlag = <F extends string>(names: readonly F[], about: string, otherwise: string): Option =>
  new Option('--format <formats>', `${about}${names.join(', ')}; with commas or repeated`).argParser(collect(names)).default([], otherwise);

const collect =
  <F extends string>(names: readonly F[]) =>
  (text: string, before: readonly F[]): readonly F[] => {
    const added = text.split(',').map((word) => {
      const format = names.find((name) => name === word.trim());
      if (format !== undefined) return format;
      throw new HarnessError(
        'USAGE_ERR_BAD_FLAG',
        `expected --format to be among ${names.join(', ')}, got '${word.slice(0, 60)}'${suggestion(word, names)}`,
      );
    });
    return [...new Set([...before, ...added])];
  };
