using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Tests.Shared;

/// <summary>Runs the Node scripts of tests/interop: other people's implementations, for ours to be held against.</summary>
/// <remarks>
/// The packages are installed with <c>npm ci</c> the first time, and again when package-lock.json has changed; a mutex keeps
/// test processes that run side by side from doing so at once. Linked into the test projects that need it.
/// </remarks>
internal static class NodeInterop
{
    private static readonly Lazy<string> Installed = new(Install);

    /// <summary>The folder of the scripts, with its packages installed.</summary>
    public static string Folder => Installed.Value;

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">The file's name in tests/interop.</param>
    /// <param name="arguments">What the script gets as process.argv from 2 on.</param>
    /// <param name="input">What the script gets on its standard input.</param>
    /// <param name="cancellationToken">Ends the script.</param>
    /// <returns>What the script wrote to its standard output.</returns>
    /// <exception cref="InvalidOperationException">The script failed; the message is what it wrote to its standard error.</exception>
    public static async Task<byte[]> RunAsync(
        string script, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        using var process = Start(script, arguments);
        try
        {
            var output = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The script ended before it had read everything: its exit code and standard error say why.
            }

            await process.WaitForExitAsync(cancellationToken);
            await reading;
            return process.ExitCode == 0
                ? output.ToArray()
                : throw new InvalidOperationException($"{script} ended with {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts a script and leaves it to the caller, who must see to its end. All three streams are redirected.</summary>
    public static Process Start(string script, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(Folder, script));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static string Install()
    {
        var folder = Path.Combine(FindRoot(), "tests", "interop");
        var wanted = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "package-lock.json"))));
        var stamp = Path.Combine(folder, "node_modules", ".installed-lock-hash");

        var name = "gateway-interop-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        using var mutex = new Mutex(initiallyOwned: false, @"Global\" + name);
        try
        {
            mutex.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // The one before us was killed half-way; the stamp says whether there is anything left to do.
        }

        try
        {
            if (!File.Exists(stamp) || File.ReadAllText(stamp) != wanted)
            {
                RunNpm(folder);
                File.WriteAllText(stamp, wanted);
            }
        }
        finally
        {
            mutex.ReleaseMutex();
        }

        return folder;
    }

    private static void RunNpm(string folder)
    {
        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        var errors = npm.StandardError.ReadToEndAsync();
        npm.StandardOutput.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"npm ci in {folder} ended with {npm.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No Gateway.sln above {AppContext.BaseDirectory}: run the tests from a build inside the repository.");
    }
}
