namespace Gateway.Protocol.MessagePack;

/// <summary>
/// The first byte of every MessagePack value. Names follow the table "Formats" of the
/// <see href="https://github.com/msgpack/msgpack/blob/master/spec.md">specification</see>.
/// </summary>
/// <remarks>Ranges (<c>fixint</c>, <c>fixstr</c>, …) are given as their first and last code, both inclusive.</remarks>
public static class MessagePackCode
{
    /// <summary>First code of positive fixint: <c>0xxxxxxx</c>, the value itself.</summary>
    public const byte MinPositiveFixInt = 0x00;

    /// <summary>Last code of positive fixint (127).</summary>
    public const byte MaxPositiveFixInt = 0x7f;

    /// <summary>First code of fixmap: <c>1000xxxx</c>, the number of entries.</summary>
    public const byte MinFixMap = 0x80;

    /// <summary>Last code of fixmap (15 entries).</summary>
    public const byte MaxFixMap = 0x8f;

    /// <summary>First code of fixarray: <c>1001xxxx</c>, the number of elements.</summary>
    public const byte MinFixArray = 0x90;

    /// <summary>Last code of fixarray (15 elements).</summary>
    public const byte MaxFixArray = 0x9f;

    /// <summary>First code of fixstr: <c>101xxxxx</c>, the number of bytes.</summary>
    public const byte MinFixStr = 0xa0;

    /// <summary>Last code of fixstr (31 bytes).</summary>
    public const byte MaxFixStr = 0xbf;

    /// <summary>nil.</summary>
    public const byte Nil = 0xc0;

    /// <summary>The one code the specification never uses. Meeting it means that the bytes are not MessagePack.</summary>
    public const byte NeverUsed = 0xc1;

    /// <summary>false.</summary>
    public const byte False = 0xc2;

    /// <summary>true.</summary>
    public const byte True = 0xc3;

    /// <summary>bin 8: one byte of length, then the bytes.</summary>
    public const byte Bin8 = 0xc4;

    /// <summary>bin 16: two bytes of length, then the bytes.</summary>
    public const byte Bin16 = 0xc5;

    /// <summary>bin 32: four bytes of length, then the bytes.</summary>
    public const byte Bin32 = 0xc6;

    /// <summary>ext 8: one byte of length, one byte of type, then the data.</summary>
    public const byte Ext8 = 0xc7;

    /// <summary>ext 16: two bytes of length, one byte of type, then the data.</summary>
    public const byte Ext16 = 0xc8;

    /// <summary>ext 32: four bytes of length, one byte of type, then the data.</summary>
    public const byte Ext32 = 0xc9;

    /// <summary>float 32: IEEE 754 single, big-endian.</summary>
    public const byte Float32 = 0xca;

    /// <summary>float 64: IEEE 754 double, big-endian.</summary>
    public const byte Float64 = 0xcb;

    /// <summary>uint 8.</summary>
    public const byte UInt8 = 0xcc;

    /// <summary>uint 16, big-endian.</summary>
    public const byte UInt16 = 0xcd;

    /// <summary>uint 32, big-endian.</summary>
    public const byte UInt32 = 0xce;

    /// <summary>uint 64, big-endian.</summary>
    public const byte UInt64 = 0xcf;

    /// <summary>int 8, two's complement.</summary>
    public const byte Int8 = 0xd0;

    /// <summary>int 16, two's complement, big-endian.</summary>
    public const byte Int16 = 0xd1;

    /// <summary>int 32, two's complement, big-endian.</summary>
    public const byte Int32 = 0xd2;

    /// <summary>int 64, two's complement, big-endian.</summary>
    public const byte Int64 = 0xd3;

    /// <summary>fixext 1: one byte of type, one byte of data.</summary>
    public const byte FixExt1 = 0xd4;

    /// <summary>fixext 2: one byte of type, two bytes of data.</summary>
    public const byte FixExt2 = 0xd5;

    /// <summary>fixext 4: one byte of type, four bytes of data.</summary>
    public const byte FixExt4 = 0xd6;

    /// <summary>fixext 8: one byte of type, eight bytes of data.</summary>
    public const byte FixExt8 = 0xd7;

    /// <summary>fixext 16: one byte of type, sixteen bytes of data.</summary>
    public const byte FixExt16 = 0xd8;

    /// <summary>str 8: one byte of length, then UTF-8.</summary>
    public const byte Str8 = 0xd9;

    /// <summary>str 16: two bytes of length, then UTF-8.</summary>
    public const byte Str16 = 0xda;

    /// <summary>str 32: four bytes of length, then UTF-8.</summary>
    public const byte Str32 = 0xdb;

    /// <summary>array 16: two bytes of count, then the elements.</summary>
    public const byte Array16 = 0xdc;

    /// <summary>array 32: four bytes of count, then the elements.</summary>
    public const byte Array32 = 0xdd;

    /// <summary>map 16: two bytes of count, then key, value, key, value, …</summary>
    public const byte Map16 = 0xde;

    /// <summary>map 32: four bytes of count, then key, value, key, value, …</summary>
    public const byte Map32 = 0xdf;

    /// <summary>First code of negative fixint: <c>111xxxxx</c>, −32.</summary>
    public const byte MinNegativeFixInt = 0xe0;

    /// <summary>Last code of negative fixint, −1.</summary>
    public const byte MaxNegativeFixInt = 0xff;

    /// <summary>The extension type that the specification reserves for timestamps.</summary>
    public const sbyte TimestampExtension = -1;
}
