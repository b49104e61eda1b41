import { type Scenario } from '../harness/index.ts';
import { httpBeside } from './http-beside/scenario.ts';
import { idleHold } from './idle-hold/scenario.ts';
import { openingHandshake } from './opening-handshake/scenario.ts';
import { steadyEcho } from './steady-echo/scenario.ts';

/** Every scenario, in the order a run goes through them. */
export const scenarios: readonly Scenario[] = [openingHandshake, steadyEcho, idleHold, httpBeside] as readonly Scenario[];
