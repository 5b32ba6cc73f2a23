import { types } from 'node:util';

/**
 * A jest test runs in a realm of its own, where the errors of Node's sockets are no `instanceof Error`. The SDK would
 * wrap them in an error without their name and code, by which a lost answer is known outside of tests.
 */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(value) {
    if (this === Error && types.isNativeError(value)) return true;
    return Function.prototype[Symbol.hasInstance].call(this, value);
  },
});
