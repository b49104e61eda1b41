/**
 * Ports in LISTEN state, out of /proc/net/tcp and /proc/net/tcp6 (proc(5)). Readiness is read here instead of by connecting:
 * a probe connection would stand in the proxy's log as a bad request.
 */
export function listeningPorts(procNetTcp: string): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const line of procNetTcp.split('\n')) {
    const match = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line);
    if (match?.[1] !== undefined) ports.add(Number.parseInt(match[1], 16));
  }
  return ports;
}
