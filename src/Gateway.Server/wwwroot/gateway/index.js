/** The gateway's client for browsers and Node: no dependency, no build step. */
export { GatewayClient } from './client.js';
export { CloseCode, ErrorCode } from './codes.js';
export { systemClock } from './clock.js';
export { GatewayError } from './gateway-error.js';
export { decode, encode, Ext, MsgpackError, Timestamp } from './msgpack.js';
export { describeFrame, Op } from './ops.js';
export { Room } from './room.js';
