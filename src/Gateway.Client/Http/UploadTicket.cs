namespace Gateway.Client.Http;

/// <summary>An upload that was announced.</summary>
/// <param name="Id">Also the id of the job to come: its room <c>job:{id}</c> can be joined before the first byte is sent.</param>
/// <param name="Size">Bytes of the whole file.</param>
public sealed record UploadTicket(string Id, long Size);
