using Microsoft.Extensions.FileProviders;

namespace Gateway.Server.Http;

/// <summary>The page at <c>/</c>: plain files, so that it needs no build step, and a policy that lets nothing else run on it.</summary>
internal static class PageRegistration
{
    /// <summary>
    /// Everything comes from here: scripts, styles, pictures, videos, and the WebSocket (<c>'self'</c> covers ws: and wss: of the same
    /// host). No inline script or style, no plug-in, no frame around it.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>After <see cref="ProblemRegistration.UseProblems"/>; what is no file of the page goes on to the endpoints.</summary>
    public static WebApplication MapPage(this WebApplication app)
    {
        // Beside the executable, wherever the process was started from.
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (!Directory.Exists(folder))
            return app;

        var files = new PhysicalFileProvider(folder);
        app.Lifetime.ApplicationStopped.Register(files.Dispose);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, OnPrepareResponse = static served => AddHeaders(served.Context.Response.Headers) });
        return app;
    }

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // The names of the files stay when their content changes: ask each time, and be told 304 by the ETag.
        headers.CacheControl = "no-cache";
    }
}
