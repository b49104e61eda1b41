# Varnish without a word about WebSockets: the handshake is handled as any other request that may not be cached. Upgrade and
# Connection are hop-by-hop headers, which Varnish does not send on, so the origin refuses it. See pipe.vcl for the cure.
vcl 4.1;

backend origin {
    .host = "origin";
    .port = "9000";
}

sub vcl_recv {
    return (pass);
}
