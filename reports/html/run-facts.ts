import type { RunRecord } from '../../harness/model/record.ts';
import { instrumentCheck, toldDoubts } from '../instrument-check.ts';
import { formatDuration } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { html, type Html, type Hole } from './html.ts';

const fact = (name: string, value: Hole): Html => html`<div><dt>${name}</dt> <dd>${value}</dd></div> `;

/** Whether the numbers below can be trusted; what is doubted leads to its path. */
function instruments(record: RunRecord): Html {
  const check = instrumentCheck(record);
  const { told, more } = toldDoubts(check, 'below, each with its path');
  const doubts = told.map(
    ({ path, leg, scenario, because }) =>
      html`; <b>not on</b> <a href="#${anchorOf('path', path)}">${path}</a>, leg ${leg}, ${scenario}: ${clip(because, 300)}`,
  );
  return html`${clip(check.sentence, 600)}${doubts}${more !== null && html`; ${more}`}`;
}

/** What the numbers below depend on: lab, versions, seed, machine, and whether the instruments agree. */
export function runFacts(record: RunRecord): Html {
  const { run, lab, machine, tool, exitCode } = record;
  const versions = Object.entries(lab.versions).filter(([, version]) => version !== machine.kernel);
  return html`
<dl class="facts">
  ${fact('Run', `${run.id}, ${formatDuration(run.elapsedMs)}, exit code ${String(exitCode)}`)}
  ${fact('Lab', `${lab.kind}, ${lab.because}`)}
  ${fact('Machine', `${machine.kernel}, ${String(machine.cpus)} CPUs, Node ${machine.node}, ${machine.congestionControl}`)}
  ${versions.length > 0 && fact('Versions', versions.map(([name, version]) => `${name} ${version}`).join(', '))}
  ${fact('Seed', run.seed)}
  ${fact('Hopscope', tool.version)}
  ${fact('Instrument check', instruments(record))}
</dl>`;
}

export const runFactsCss = `
.facts { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; font-size: .8125rem; line-height: 1.5; color: var(--muted); }
.facts dt, .facts dd { display: inline; }
.facts dt { font-weight: 600; }
.facts > div { overflow-wrap: anywhere; }
`;
