# Varnish ends a pipe in which nothing has moved for `pipe_timeout`, a parameter of varnishd that no VCL of this version can set:
# hopscope: -p pipe_timeout=2
# Its default is 60 seconds, and sockets close "every minute for no reason"; 2 seconds here, so that a run stays short.
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
