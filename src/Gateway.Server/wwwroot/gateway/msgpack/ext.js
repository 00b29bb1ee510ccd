/** A MessagePack extension value whose type this codec gives no meaning to. */
export class Ext {
  /**
   * @param {number} type -128 to 127; the negative ones are reserved by the MessagePack specification
   * @param {Uint8Array} data
   */
  constructor(type, data) {
    if (!Number.isInteger(type) || type < -128 || type > 127) throw new RangeError(`An ext type is -128 to 127, not ${type}.`);
    this.type = type;
    this.data = data;
  }
}
