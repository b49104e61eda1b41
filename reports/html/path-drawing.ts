import type { JudgedFinding, PathRecord } from '../../harness/model/record.ts';
import { drawingOf } from './drawing-model.ts';
import { html, type Html } from './html.ts';
import { levelDrawing } from './level-drawing.ts';
import { uprightDrawing } from './upright-drawing.ts';

/** Hosts and legs of a path from the client to the origin, who is guilty, and who is cleared. */
export function pathDrawing({ path, ...evidence }: PathRecord, findings: readonly JudgedFinding[]): Html {
  const drawing = drawingOf(path, evidence, findings);
  return html`<figure class="drawing" role="img" aria-label="${`From client to origin: ${drawing.description}`}">${levelDrawing(drawing)}${uprightDrawing(drawing)}</figure>`;
}
