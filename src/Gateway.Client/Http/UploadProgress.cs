using System.Runtime.InteropServices;

namespace Gateway.Client.Http;

/// <summary>How far an upload is.</summary>
/// <param name="SentBytes">Bytes handed to the network; after a resume this may go back to what the gateway has.</param>
/// <param name="TotalBytes">Bytes of the whole file.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UploadProgress(long SentBytes, long TotalBytes);
