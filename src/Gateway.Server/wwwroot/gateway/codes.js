/** Error codes of the protocol, section 6 of the specification. Wire values: never renumber. */
export const ErrorCode = Object.freeze({
  Malformed: 1000,
  UnknownOp: 1001,
  InvalidField: 1002,
  HelloFirst: 1003,
  TokenInvalid: 1004,
  TokenExpired: 1005,
  Forbidden: 1006,
  InvalidRoom: 1007,
  NotAMember: 1008,
  TooLarge: 1009,
  TooManyRooms: 1010,
  UnknownService: 1011,
  RequestFailed: 1012,
  RoomFull: 1013,
  UnsupportedVersion: 1014,
  UserOffline: 1015,
  Unavailable: 2000,
  RateLimited: 2001,
  Overloaded: 2002,
  TimedOut: 2003,
  Moved: 2004,
  GoingAway: 2005,
  Internal: 2006,
});

/** The close codes that a client treats specially. */
export const CloseCode = Object.freeze({
  Normal: 1000,
  AuthenticationFailed: 4000,
  TokenExpired: 4001,
});

/** Whether sending the same again, later, makes sense: the range of the code says it. */
export function isRetryable(errorCode) {
  return errorCode >= 2000;
}

const closeCodesThatStay = new Set([1000, 1002, 1003, 1007, 1009]);

/** Whether a client comes back by itself, with the same token, after a close with this code. */
export function mayComeBack(closeCode) {
  return !closeCodesThatStay.has(closeCode) && !(closeCode >= 4000 && closeCode <= 4099);
}

/** Whether a client may come back with a fresh token. */
export function needsNewToken(closeCode) {
  return closeCode === CloseCode.AuthenticationFailed || closeCode === CloseCode.TokenExpired;
}
