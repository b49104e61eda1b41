import type { PlayCase } from '../../harness/index.ts';
import { playOf } from './response-case.ts';
import { endedResponses } from './responses-ended.ts';
import { invalidResponses } from './responses-invalid.ts';
import { refusalResponses } from './responses-refusal.ts';
import { switchResponses } from './responses-switch.ts';

/** Every answer of the origin that is tried; ids begin with `response-`, to tell them from the requests. */
export const responseCases: readonly PlayCase[] = [...switchResponses, ...invalidResponses, ...refusalResponses, ...endedResponses].map(
  (response) => playOf({ ...response, id: `response-${response.id}` }),
);
