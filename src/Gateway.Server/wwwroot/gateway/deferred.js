/**
 * A promise and its two ends (Promise.withResolvers, which Node 20 lacks). A rejection that nobody looks at is no failure of the program.
 * @template T
 * @returns {{ promise: Promise<T>, resolve: (value: T) => void, reject: (error: Error) => void }}
 */
export function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((res, rej) => ([resolve, reject] = [res, rej]));
  promise.catch(() => {});
  return { promise, resolve, reject };
}
