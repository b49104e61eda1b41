import type { ServicePlacement } from '../../harness/model/service.ts';
import { configArgument } from './whole-config.ts';

/** Stands in the host's own /tmp; a reload reads it again. */
const LIMITS_FILE = '/tmp/hopscope-limits.cfg';
/**
 * A machine's hard limit of open files may be lower than what a `maxconn` made for a server needs, and since 2.3 HAProxy refuses to start
 * then (management guide, `strict-limits`). This only takes that refusal back: HAProxy says what it lacks and starts with what it has.
 */
const LIMITS = String.raw`global\n  no strict-limits\n`;
const SCRIPT = `printf '${LIMITS}' > ${LIMITS_FILE} && exec "$@" -f ${LIMITS_FILE}`;

const withLimits = (argv: readonly string[]): readonly string[] => ['sh', '-c', SCRIPT, 'haproxy-start', ...argv];

/** Checks a user's own config; with a master, without which a `program` section is refused. */
export const foreignCheckArgv = ({ program, configPath }: ServicePlacement): readonly string[] =>
  withLimits([program, '-W', '-c', '-f', configArgument(configPath)]);

/** Starts a user's own config: in the foreground, whatever it says of `daemon`, and with a master (measured with 2.2, 2.6 and 3.0). */
export const foreignStartArgv = ({ program, configPath }: ServicePlacement): readonly string[] =>
  withLimits(['env', 'TZ=UTC', program, '-W', '-db', '-f', configArgument(configPath)]);
