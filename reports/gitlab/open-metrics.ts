/** A metric with its samples, all gauges: GitLab compares what each shows with the target branch. */
export interface MetricFamily {
  /** With the unit as its last word, where it has one. */
  readonly name: string;
  readonly unit?: 'seconds' | 'percent';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/*
 * GitLab cuts a line at the first `#` and splits the rest as a shell would (its parser of metrics reports), so a label keeps to characters that mean
 * nothing to either, and that need no escape in the format.
 */
const labelText = (text: string): string => text.replaceAll(/[^\w.:/*@+=<>~-]+/g, '_').slice(0, 200);

/**
 * OpenMetrics text (version 1.0.0): each family's TYPE, UNIT and HELP before its samples, no sample twice, `# EOF` at the end. Families without samples, and
 * values that are no numbers, are left out.
 */
export function openMetrics(families: readonly MetricFamily[]): string {
  const blocks = families.flatMap(({ name, unit, help, samples }) => {
    const lines = new Map<string, string>();
    for (const { labels, value } of samples) {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}="${labelText(text)}"`);
      const key = `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`}`;
      if (Number.isFinite(value) && !lines.has(key)) lines.set(key, `${key} ${Number(value.toPrecision(6))}`);
    }
    if (lines.size === 0) return [];
    return [`# TYPE ${name} gauge`, ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]), `# HELP ${name} ${help}`, ...lines.values()];
  });
  return [...blocks, '# EOF', ''].join('\n');
}
