# WebSockets through Varnish, as its documentation has it (https://varnish-cache.org/docs/7.1/users-guide/vcl-example-websockets.html):
# a handshake is taken out of the cache's way with `pipe`, and Upgrade and Connection, which Varnish drops as hop-by-hop headers,
# are set again on the request to the origin.
# The idle limit of a pipe is a parameter of varnishd:
# hopscope: -p pipe_timeout=120
vcl 4.1;

backend origin {
    .host = "origin";
    .port = "9000";
}

sub vcl_recv {
    if (req.http.upgrade ~ "(?i)websocket") {
        return (pipe);
    }
    return (pass);
}

sub vcl_pipe {
    if (req.http.upgrade) {
        set bereq.http.upgrade = req.http.upgrade;
        set bereq.http.connection = req.http.connection;
    }
}
