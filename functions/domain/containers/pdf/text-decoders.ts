import { ByteDecoder } from './decoder.ts';

/** White space, and whatever else does not print. */
const isWhite = (byte: number) => byte <= 0x20;

/** ASCIIHexDecode. Characters that are no digits are skipped. */
export class AsciiHexDecoder extends ByteDecoder {
  #high: number | null = null;

  protected override take(byte: number): boolean {
    if (byte === 0x3e) {
      this.finish();
      return false;
    }
    const digit = Number.parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) return true;
    if (this.#high === null) this.#high = digit;
    else {
      this.out.add(this.#high * 16 + digit);
      this.#high = null;
    }
    return true;
  }

  protected override finish(): void {
    if (this.#high !== null) this.out.add(this.#high * 16);
    this.#high = null;
  }
}

/** ASCII85Decode, with or without `<~` before it. */
export class Ascii85Decoder extends ByteDecoder {
  #digits: number[] = [];
  #ending = false;
  #taken = 0;

  protected override take(byte: number): boolean {
    if (this.#ending || isWhite(byte)) return isWhite(byte);
    if (byte === 0x7e) {
      // `<~` begins, `~>` ends.
      if (this.#taken === 1 && this.#digits[0] === 0x3c - 0x21) {
        this.#digits = [];
        return true;
      }
      this.#flush();
      this.#ending = true;
      return true;
    }
    this.#taken++;
    if (byte === 0x7a && this.#digits.length === 0) {
      for (let count = 0; count < 4; count++) this.out.add(0);
    } else if (byte <= 0x75) {
      this.#digits.push(byte - 0x21);
      if (this.#digits.length === 5) this.#flush();
    }
    return true;
  }

  protected override finish(): void {
    this.#flush();
  }

  #flush(): void {
    const { length } = this.#digits;
    let value = 0;
    for (let index = 0; index < 5; index++) value = value * 85 + (this.#digits[index] ?? 84);
    for (let index = 0; index < length - 1; index++) this.out.add(Math.floor(value / 256 ** (3 - index)) & 0xff);
    this.#digits = [];
  }
}

/** RunLengthDecode. */
export class RunLengthDecoder extends ByteDecoder {
  #literal = 0;
  #repeat = 0;

  protected override take(byte: number): boolean {
    if (this.#literal > 0) {
      this.#literal--;
      this.out.add(byte);
    } else if (this.#repeat > 0) {
      for (; this.#repeat > 0; this.#repeat--) this.out.add(byte);
    } else if (byte < 128) this.#literal = byte + 1;
    else if (byte > 128) this.#repeat = 257 - byte;
    else return false;
    return true;
  }
}
