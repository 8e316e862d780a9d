import type { Server as PlainServer } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { seconds } from '@pileus/model';
import { answerInTheOpen } from './in-the-open.ts';

/** What a server proves with that it is who it is. */
export interface Credentials {
  /** PEM: its certificate, followed by those between it and its authority. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** Of TLS 1.2 only what keeps past connections secret when the key is lost; TLS 1.3 has nothing else. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Until somebody who has connected has said what they speak, and has shaken hands. */
const patience = seconds(10);

/** TLS, and an answer for those who speak plain HTTP at the same port. Whoever has said nothing is let go when `closing` is aborted. */
export function createTlsServer(
  fetch: (request: Request) => Response | Promise<Response>,
  credentials: Credentials,
  closing: AbortSignal,
): Server {
  const serverOptions: ServerOptions = { ...contextOf(credentials), handshakeTimeout: patience };
  // The adaptor answers whatever server it is told to make.
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false, createServer, serverOptions }) as Server;
  // Without options of its own it makes a plain HTTP/1.1 server.
  const inTheOpen = createAdaptorServer({ fetch: answerInTheOpen, overrideGlobalObjects: false }) as PlainServer;
  sort(server, inTheOpen, closing);
  return server;
}

/** From the next connection on. */
export function renewCredentials(server: Server, credentials: Credentials): void {
  server.setSecureContext(contextOf(credentials));
}

/** What both sides agree on before anything is said. Throws when the key is not the certificate's, or is too weak. */
export function contextOf({ certificate: cert, key }: Credentials) {
  return { cert, key, ciphers, minVersion: 'TLSv1.2' } as const;
}

/** A connection is TLS when its first byte says so: a handshake begins with 22, a word of HTTP with a letter. */
function sort(server: Server, inTheOpen: PlainServer, closing: AbortSignal): void {
  const shakeHands = server.listeners('connection');
  const silent = new Set<Socket>();
  closing.addEventListener('abort', () => silent.forEach((socket) => socket.destroy()));
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const limit = setTimeout(() => socket.destroy(), patience);
    silent.add(socket);
    socket.once('close', () => {
      clearTimeout(limit);
      silent.delete(socket);
    });
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      silent.delete(socket);
      socket.pause();
      socket.unshift(first);
      if (first[0] === 22) {
        clearTimeout(limit);
        for (const listener of shakeHands) listener.call(server, socket);
      } else {
        // The limit stays: this connection is there for one short answer.
        inTheOpen.emit('connection', socket);
        socket.resume();
      }
    });
  });
}
