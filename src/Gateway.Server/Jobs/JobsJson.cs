using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Transcoding.Jobs;

namespace Gateway.Server.Jobs;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(UploadRequest))]
[JsonSerializable(typeof(UploadResponse))]
[JsonSerializable(typeof(ProcessRequest))]
[JsonSerializable(typeof(ProgressRequest))]
[JsonSerializable(typeof(JobResponse))]
[JsonSerializable(typeof(JobStatusResponse))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(List<JobEntryResponse>))]
[JsonSerializable(typeof(StoredResult))]
[JsonSerializable(typeof(TranscodeJobOptions))]
internal sealed partial class JobsJson : JsonSerializerContext;
