import { type Scenario } from '../harness/index.ts';
import { capacity } from './capacity/scenario.ts';
import { clients } from './clients/scenario.ts';
import { closing } from './closing/scenario.ts';
import { coexistence } from './coexistence/scenario.ts';
import { entry } from './entry/scenario.ts';
import { httpBeside } from './http-beside/scenario.ts';
import { idleHold } from './idle-hold/scenario.ts';
import { bulkTransfer, thinStreams } from './network/scenario.ts';
import { lifetime } from './lifetime/scenario.ts';
import { load } from './load/scenario.ts';
import { openingHandshake } from './opening-handshake/scenario.ts';
import { reload } from './reload/scenario.ts';
import { safety } from './safety/scenario.ts';
import { steadyEcho } from './steady-echo/scenario.ts';
import { transport } from './transport/scenario.ts';
import { tunnel, tunnelBulk } from './tunnel/scenario.ts';

/** Every scenario, in the order a run goes through them. */
export const scenarios: readonly Scenario[] = [
  openingHandshake,
  closing,
  tunnel,
  steadyEcho,
  idleHold,
  capacity,
  lifetime,
  httpBeside,
  entry,
  coexistence,
  clients,
  transport,
  thinStreams,
  bulkTransfer,
  load,
  reload,
  tunnelBulk,
  safety,
] as readonly Scenario[];
