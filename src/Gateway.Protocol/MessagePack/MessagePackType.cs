namespace Gateway.Protocol.MessagePack;

/// <summary>The kinds of value that MessagePack knows, as told by the first byte of a value.</summary>
public enum MessagePackType
{
    /// <summary>There is no byte left.</summary>
    None = 0,

    /// <summary>0xC1, which starts no value.</summary>
    Invalid = 1,

    /// <summary>nil.</summary>
    Nil = 2,

    /// <summary>true or false.</summary>
    Boolean = 3,

    /// <summary>A whole number of any width, signed or not.</summary>
    Integer = 4,

    /// <summary>A float 32 or float 64.</summary>
    Float = 5,

    /// <summary>A UTF-8 string.</summary>
    String = 6,

    /// <summary>A byte string.</summary>
    Binary = 7,

    /// <summary>An array.</summary>
    Array = 8,

    /// <summary>A map.</summary>
    Map = 9,

    /// <summary>An extension of any type; a timestamp is the extension of type −1.</summary>
    Extension = 10,
}
