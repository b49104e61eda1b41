# Half of the recipe: the handshake is piped, but vcl_pipe does not set Upgrade and Connection again. Varnish sends the request
# on without them and with `Connection: close`, so the origin refuses it. See pipe.vcl for the cure.
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
