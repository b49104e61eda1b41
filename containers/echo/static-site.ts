import { createServer, type Server } from 'node:http';

/**
 * A web site that knows nothing of WebSockets, as it stands beside the origin: one page, 404 in HTML for everything else, an
 * upgrade is an ordinary request to it. What reaches it is not recorded.
 */
export const createStaticSite = (): Server =>
  createServer((request, response) => {
    const isHome = request.url === '/';
    const title = isHome ? 'Static site' : '404 Not Found';
    request.resume();
    response.writeHead(isHome ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`);
  });
