/** The config that the initial spec names, relative to it. */
export const EXAMPLE_CONFIG = 'proxies/haproxy.cfg';

/** What `hopscope init` writes. */
export const INITIAL_SPEC = `# What Hopscope runs in this folder: \`npx hopscope run\`.
version: 1

# settings:
#   lab: netns                 # docker, netns or auto (the first that can run)
#   seed: 1

# scenarios:
#   idle-hold: { holdMs: 4000 }

paths:
  # A path is client, proxies, origin, in order. In a config the origin is \`origin:9000\`, a plain web site beside it
  # \`static:8000\`, and the next proxy of a chain its name. Proxies listen on port 8080, with TLS on 8443 (certificate and key
  # are in /etc/hopscope/tls/bundle.pem, cert.pem and key.pem).
  - id: edge
    title: The edge proxy
    proxies:
      - { service: haproxy, config: ${EXAMPLE_CONFIG} }

  # # The same through links that lose every 50th packet and delay the others.
  # - id: edge-far
  #   proxies: [{ service: haproxy, config: ${EXAMPLE_CONFIG} }]
  #   links:
  #     - name: wan
  #       impairments: [{ kind: loss-nth, every: 50 }, { kind: delay, ms: 20 }]
  #     - name: lan

  # # A path that is there to show a failure: it passes when exactly this is found.
  # - id: edge-broken
  #   proxies: [{ service: nginx, config: builtin:nginx/bare.conf }]
  #   expect:
  #     - { audit: refused-upgrade, host: nginx, because: proxy_pass alone does not forward the upgrade }

# policy:
#   allow: [{ audit: added-latency, path: 'edge*', because: the second data centre is far away }]
#   inconclusive: allow          # refuse, unless said otherwise
`;
