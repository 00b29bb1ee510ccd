// All node tests share the packages of tests/interop.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../interop/package.json', import.meta.url));

export const { WebSocket, WebSocketServer } = require('ws');
export const peerMsgpack = require('@msgpack/msgpack');
export const playwright = () => require('playwright-core');
