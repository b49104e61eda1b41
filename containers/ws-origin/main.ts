import { runOrigin } from '../echo/run-origin.ts';
import { createWsOrigin } from './ws-origin.ts';

/** The origin on the `ws` package: what most users run, lenient where ws is lenient. */
await runOrigin(process.argv.slice(2), createWsOrigin);
