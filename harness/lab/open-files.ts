/**
 * How many files, sockets included, a program in a host may have open: enough for a proxy with 100,000 sessions, which has two sockets for each. Not
 * the million that a kernel may allow, as there are proxies that take memory for each.
 */
export const OPEN_FILES = 262_144;

/**
 * Shell commands that set this limit for what the shell becomes; where it may not be raised, the lower one that it may have. Tried in a subshell, as a shell
 * ends when it may not have a limit.
 */
export const FILES_LIMIT = `if (ulimit -n ${OPEN_FILES}) 2>/dev/null; then ulimit -n ${OPEN_FILES}; else ulimit -Sn "$(ulimit -Hn)"; fi`;
