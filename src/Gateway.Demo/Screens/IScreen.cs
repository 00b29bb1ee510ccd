using Gateway.Client.Http;
using Gateway.Demo.Following;

namespace Gateway.Demo.Screens;

/// <summary>Where the demo shows what it does.</summary>
internal interface IScreen
{
    void Step(string text);

    void Upload(UploadProgress progress);

    void Job(JobReading reading);
}
