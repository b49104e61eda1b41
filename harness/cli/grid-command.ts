import { htmlGrid } from '../../reports/grid/html-grid.ts';
import { terminalGrid } from '../../reports/grid/terminal-grid.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { behavioursOf } from '../compare/behaviour.ts';
import { gridOf } from '../compare/grid.ts';
import { EXIT } from '../errors.ts';
import { readRunFolder } from '../run/run-folder.ts';
import { recordFrom } from './judge-folder.ts';
import { say, sayJson, tell } from './output.ts';
import { writeText } from './write-text.ts';

export interface GridOptions {
  readonly folder: string;
  /** Cases that every path treats as the control path does, too. */
  readonly all: boolean;
  readonly html: string | null;
  readonly json: boolean;
}

/** `hopscope grid`: the cases of a saved run against its subjects. Throws what readRunFolder throws, and RUN_ERR_CANNOT_WRITE. */
export async function gridCommandLine({ folder, all, html, json }: GridOptions): Promise<number> {
  const saved = await readRunFolder(folder);
  const { findings, run } = recordFrom(saved);
  const grid = gridOf({ paths: saved.facts.paths, behaviours: behavioursOf(saved.evidence), findings });
  if (json) sayJson(grid);
  else say(...terminalGrid(grid, { all }));
  if (html === null) return EXIT.pass;
  writeText(html, htmlGrid(grid, run.id));
  if (!json) tell(`grid: ${terminalText(html)}`);
  return EXIT.pass;
}
